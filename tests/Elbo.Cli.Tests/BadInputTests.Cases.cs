namespace Elbo.Cli.Tests;

public sealed partial class BadInputTests
{
    /// <summary>Arguments, separated by spaces, and how the complaint goes on after "elbo: ".</summary>
    public static TheoryData<string, string> Cases =>
        new()
        {
            { "trian", "there is no command 'trian'; there are train, resume, " },
            {
                "datasets fecth digits",
                "there is no command 'fecth'; there are fetch. Did you mean fetch? See 'elbo datasets --help'."
            },
            {
                "datasets fetch minst",
                "there is no dataset 'minst'; there are digits, mnist, fashion-mnist, kmnist, emnist-letters, "
                    + "emnist-balanced, emnist-digits, cifar10, cifar100, frey, binarized-mnist, image-folder, arrays. "
                    + "Did you mean mnist?"
            },
            {
                "train --epocs 3",
                "'elbo train' has no option '--epocs'. Did you mean --epochs? See 'elbo train --help'."
            },
            { "studio --port 70000", "port is 70000; it must be from 0 to 65535." },
            { "studio --address localhost", "address is 'localhost'; an IP address is needed, such as 127.0.0.1." },
            {
                "studio --address 0.0.0.0",
                "address is 0.0.0.0, which other machines can reach; give --password-file with a password for the page."
            },
            { "studio --images none", "there is no folder 'none' of images." },
            { "studio --password-file none", "there is no file 'none' with a password." },
            { "train digits", "'elbo train' does not take 'digits'. See 'elbo train --help'." },
            { "train --epochs", "Required argument missing for option: '--epochs'. See 'elbo train --help'." },
            {
                "train --dataset minst",
                "there is no dataset 'minst'; there are digits, mnist, fashion-mnist, kmnist, emnist-letters, "
                    + "emnist-balanced, emnist-digits, cifar10, cifar100, frey, binarized-mnist, image-folder, arrays. "
                    + "Did you mean mnist?"
            },
            { "train --device gpu", "--device is 'gpu'; it must be cpu, cuda, cuda:N with a number from 0, or auto." },
            {
                "evaluate runs --device cuda:x",
                "--device is 'cuda:x'; it must be cpu, cuda, cuda:N with a number from 0, or auto."
            },
            {
                "train --model vea",
                "there is no model 'vea'; there are vae, cnn-vae, gmvae, cnn-gmvae, vade. Did you mean vae?"
            },
            {
                "train --model cnn-vae --hidden 5",
                "the command line: hidden is an option of the network dense; this cnn-vae has the network dcgan. "
                    + "Choose with --network dense."
            },
            {
                "train --channels 5",
                "the command line: channels is an option of the network dcgan; this vae has the network dense. Choose "
                    + "with --network dcgan."
            },
            {
                "train --model gmvae --free-bits 0.5",
                "free-bits needs a prior with independent dimensions, such as standard-normal; the cluster term of "
                    + "the prior mixture has --cluster-free-bits."
            },
            { "train --free-bits -1", "free-bits is -1; it must be 0 or more nats." },
            {
                "train --network resnet",
                "--network: 'resnet' is not one of dense, dcgan, plain. See 'elbo train --help'."
            },
            {
                "train --config json/foreign.json",
                "json/foreign.json: dropout is an option of the network dense or plain; this cnn-vae has the network "
                    + "dcgan. Choose with --network dense."
            },
            {
                "train --model cnn-vae --channels 8,8,8,8,8",
                "channels has 5 entries; images of 28×28 can be halved 4 times at most."
            },
            { "train --num-seeds 0", "num-seeds is 0; it must be 1 or more." },
            { "train --recipe nothing", "there is no recipe 'nothing'; the most similar are " },
            { "train --optimizer adan", "there is no optimizer 'adan'; there are adam, adamw, " },
            { "train --lr-schedule stp", "there is no schedule 'stp'; there are constant, plateau, step, " },
            { "train --lr-period 6", "the constant schedule takes no lr-period; step can." },
            {
                "train --lr-schedule cosine --lr-factor 0.5",
                "the cosine schedule takes no lr-factor; plateau, step, exponential can."
            },
            { "train --lr-schedule step --lr-patience 3", "the step schedule takes no lr-patience; plateau can." },
            { "train --lr-schedule step --lr-period 0", "lr-period is 0; it must be 1 or more epochs." },
            {
                "train --lr-schedule step --lr-milestones 6,x",
                "--lr-milestones: 'x' is not a whole number; give them with commas, as in 6,12."
            },
            {
                "train --lr-schedule step --lr-milestones 12,6",
                "lr-milestones are 12,6; they must be numbers of epochs from 1 on, ascending, as in 6,12."
            },
            {
                "train --lr-schedule step --lr-milestones 6 --lr-period 6",
                "lr-period and lr-milestones were both given; the rate falls either every so many "
                    + "epochs or after those named."
            },
            { "train --lr-schedule plateau --lr-factor 1", "lr-factor is 1; it must be above 0 and below 1." },
            { "train --lr-schedule plateau --lr-patience -1", "lr-patience is -1; it must be 0 or more epochs." },
            { "train --keep-checkpoints -1", "keep-checkpoints is -1; it must be 0 (all) or more." },
            { "train --activation rlu", "--activation: 'rlu' is not one of none, relu, " },
            {
                "train --decoder normal",
                "--decoder: 'normal' is not one of bernoulli, gaussian, gaussian-sigma. See 'elbo train --help'."
            },
            { "train --noise snow", "--noise: 'snow' is not one of none, gaussian, dropout, salt-pepper." },
            { "train --binarize yes", "--binarize: 'yes' is not one of none, threshold, dynamic." },
            { "train --weight-init x", "--weight-init: 'x' is not one of glorot-normal, " },
            {
                "train --epochs many",
                "--epochs is 'many'; it must be a whole number of at most 2147483647. See 'elbo train --help'."
            },
            { "train --epochs 1.5", "--epochs is '1.5'; it must be a whole number" },
            {
                "train --latent-dim 99999999999",
                "--latent-dim is '99999999999'; it must be a whole number of at most 2147483647."
            },
            { "train --seed -1", "--seed is '-1'; it must be a whole number from 0 to 18446744073709551615." },
            { "train --learning-rate fast", "--learning-rate is 'fast'; it must be a number." },
            { "train --learning-rate nan", "--learning-rate is 'nan'; it must be a number." },
            { "train --learning-rate 1e50", "--learning-rate is '1e50'; it must be a number." },
            { "train --learning-rate 0", "learning-rate is 0; it must be a positive number." },
            { "train --learning-rate 0,1", "--learning-rate is '0,1'; it must be a number." },
            { "train --epochs 0", "epochs is 0; it must be from 1 to 1000000." },
            { "train --batch-size 0", "batch-size is 0; it must be from 1 to 65536." },
            { "train --latent-dim 0", "latent-dim is 0; it must be from 1 to 4096." },
            { "train --beta -1", "beta is -1; it must be 0 or more." },
            { "train --dropout 1", "dropout is 1; it must be in [0, 1)." },
            { "train --variance 0", "variance is 0; it must be a positive number." },
            { "train --min-std -1", "min-std is -1; it must be a positive number." },
            {
                "train --noise dropout --noise-factor 1",
                "noise-factor is 1; for noise that changes pixels it is the fraction of pixels, below 1."
            },
            { "train --validation-fraction 1", "validation-fraction is 1; it must be in [0, 1)." },
            {
                "train --validation-fraction 0.99999",
                "a validation fraction of 0.99999 leaves none of 12000 images to train on."
            },
            { "train --threads -1", "threads is -1; it must be from 0 to 1024." },
            { "train --hidden 500,x", "--hidden: 'x' is not a whole number; give them with commas, as in 512,128,64." },
            { "train --hidden 0", "a hidden layer of the encoder has width 0; it must be between 1 and 65536." },
            {
                "train --hidden 65536,65536",
                "layer encoder.hidden.1 would have 65536 × 65536 weights, more than one tensor holds; make its "
                    + "hidden layers narrower."
            },
            {
                "train --hidden 5 --activation relu,tanh",
                "activation has 2 entries and the encoder 1 hidden layer; give one activation, or one for each layer."
            },
            { "train --name ../x", "name is '../x'; it must be a plain folder name. The folder above it is --output." },
            { "train --data-dir ", "--data-dir is empty; give a folder." },
            { "train --output ", "output is empty; name the folder above the run folder." },
            { "train --output file", "file is a file, not a folder; give another --output." },
            { "train --output file/deeper", "file is a file, not a folder; give another --output." },
            {
                "train --output . --name notes --overwrite",
                "./notes is not a run folder (it has no config.json), so --overwrite does not delete it; choose "
                    + "another --name."
            },
            { "train --dataset mnist", "mnist is not on this machine and downloading is off; looked in " },
            {
                "train --dataset mnist --data-dir broken",
                "{place}/broken/mnist/train-images-idx3-ubyte.gz: at byte 0: found 68656c6c, which is not an IDX file; "
            },
            { "train --dataset mnist --data-dir cut", "{place}/cut/mnist/train-images-idx3-ubyte.gz: " },
            { "train --dataset cifar10", "cifar10 is not on this machine and downloading is off; looked in " },
            {
                "train --dataset cifar10 --data-dir shortrecord",
                "{place}/shortrecord/cifar10/data_batch_1.bin: at byte 3073: found a record of 5 bytes at the "
                    + "end of the file; expected 3073."
            },
            {
                "train --dataset cifar10 --data-dir strangelabel",
                "{place}/strangelabel/cifar10/data_batch_1.bin: at byte 0: found label 10; expected 0 to 9."
            },
            {
                "train --dataset digits --images notes",
                "images is given with the dataset digits; only image-folder and arrays take it."
            },
            { "train --images nowhere", "there is no folder {place}/nowhere; --images names a folder of image files." },
            {
                "train --images nowhere.npz",
                "there is no {place}/nowhere.npz; --images names .npy, .npz, .csv, .parquet, IDX "
            },
            {
                "train --dataset arrays",
                "the dataset arrays is an array or table file of your own; give it with --images."
            },
            {
                "train --dataset arrays --images file",
                "{place}/file is no array or table file that is known; --images names .npy, .npz, "
            },
            { "train --dataset arrays --images nowhere.npy --layout hwc", "--layout: 'hwc' is not one of nhwc, nchw." },
            {
                "datasets fetch arrays",
                "arrays has nothing to fetch: it is an array or table file of your own, which --images names."
            },
            {
                "train --data-dir notes",
                "data-dir is {place}/notes, and the dataset digits needs no files; name the dataset with --dataset."
            },
            {
                "train --dataset mnist --data-dir nowhere",
                "there is no folder {place}/nowhere, the data-dir of mnist with train-labels-idx1-ubyte, "
            },
            {
                "train --dataset frey --data-dir notes",
                "{place}/notes, the data-dir of frey, does not have its files; looked for frey_rawface.mat in "
                    + "{place}/notes/frey, {place}/notes. Name another with --data-dir, or download it: "
                    + "'elbo datasets fetch frey --data-dir {place}/notes'."
            },
            {
                "train --dataset mnist --image-size 64",
                "image-size is given with the dataset mnist; only image-folder and arrays take it."
            },
            { "train --strict", "strict is given with the dataset digits; only image-folder and arrays take it." },
            { "train --colour grey", "colour is given with the dataset digits; only image-folder and arrays take it." },
            {
                "train --test-fraction 0.2",
                "test-fraction is given with the dataset digits; only image-folder and arrays take it."
            },
            { "train --images ", "--images is empty; give a folder." },
            {
                "train --dataset image-folder",
                "the dataset image-folder is a folder of your own images; give it with --images."
            },
            {
                "train --dataset image-folder --images notes --image-size 0",
                "--image-size: '0' is not an image size; give one side, as in 64, or "
                    + "WIDTHxHEIGHT, as in 64x48, each from 1 to 4096."
            },
            {
                "train --dataset image-folder --images notes --image-size 64x",
                "--image-size: '64x' is not an image size; "
            },
            { "train --dataset image-folder --images notes --colour red", "--colour: 'red' is not one of grey, rgb." },
            {
                "train --dataset image-folder --images notes --test-fraction 1",
                "test-fraction is 1; it must be above 0 and below 1."
            },
            {
                "train --dataset image-folder --images nowhere",
                "there is no folder {place}/nowhere; --images names a folder of image files."
            },
            {
                "train --dataset image-folder --images file",
                "{place}/file is a file; --images names a folder of image files."
            },
            {
                "datasets fetch image-folder",
                "image-folder has nothing to fetch: it is a folder of your own images, which --images names."
            },
            { "train --config json/size.json", "json/size.json: image-size: 'big' is not an image size; " },
            {
                "train --config json/strict.json",
                "json/strict.json: strict: \"yes\" has the wrong type; true or false is needed."
            },
            { "train --config none.json", "there is no config file 'none.json'." },
            { "train --config json/cut.json", "json/cut.json is not valid JSON: line 1, byte 16." },
            { "train --config json/list.json", "json/list.json does not hold a JSON object of options." },
            { "train --config json/unknown.json", "json/unknown.json: there is no option 'epoch'; there are model, " },
            {
                "train --config json/type.json",
                "json/type.json: epochs: \"many\" has the wrong type; a whole number is needed."
            },
            { "train --config json/twice.json", "json/twice.json: line 1, byte 16: the name 'epochs' occurs twice." },
            { "train --config json/range.json", "epochs is 0; it must be from 1 to 1000000." },
            { "resume", "'elbo resume' needs a RUN: the folder of a trained model, such as runs/vae-mnist-z2, " },
            {
                "resume nowhere",
                "there is no run folder 'nowhere'. A run is the folder of a trained model, such as runs/vae-mnist-z2; "
                    + "'elbo train' prints the one it writes."
            },
            {
                "resume file",
                "there is no run folder 'file'. A run is the folder of a trained model, such as runs/vae-mnist-z2; "
                    + "'elbo train' prints the one it writes."
            },
            { "resume notes", "notes is not a run folder: it has no config.json." },
            { "resume badconfig", "badconfig/config.json is not valid JSON: line 1, byte 1." },
            {
                "resume badcheckpoints",
                "none of the 2 checkpoints in badcheckpoints/checkpoints is intact "
                    + "(badcheckpoints/checkpoints/step-00000024.safetensors: "
            },
            {
                "resume nocheckpoints",
                "nocheckpoints has weights but no checkpoint to resume from; nothing was changed. 'elbo train "
                    + "--config nocheckpoints/config.json' starts a new run in another folder."
            },
            { "resume {run} --epochs 1", "epochs is 1; it must be 2 or more, since the run has started epoch 2." },
            { "resume {run} --epochs 0", "epochs is 0; it must be from 1 to 1000000." },
            { "resume {run} --epochs x", "--epochs is 'x'; it must be a whole number" },
            {
                "embed nowhere",
                "there is no run folder 'nowhere'. A run is the folder of a trained model, such as runs/vae-mnist-z2; "
                    + "'elbo train' prints the one it writes."
            },
            { "embed notes", "notes is not a run folder: it has no config.json." },
            { "embed badconfig", "badconfig/config.json is not valid JSON: line 1, byte 1." },
            {
                "embed strangemodel",
                "strangemodel/config.json: there is no model 'gan'; there are vae, cnn-vae, gmvae, cnn-gmvae, vade."
            },
            { "embed noweights", "noweights has no weights yet; 'elbo resume noweights' trains it." },
            { "embed badweights", "badweights/model.safetensors: tensor 'encoder.hidden.0.weight' ends at byte " },
            { "embed {run} --split valid", "there is no split 'valid'; there are train, test and all." },
            {
                "embed {run} --output file",
                "'file' must end in .csv, .npy, .npz, .parquet, .xlsx; the ending chooses the format."
            },
            { "embed {run} --output file/codes.csv", "{place}/file is a file, not a folder; give another --output." },
            { "embed {run} --threads 2000", "threads is 2000; it must be from 0 to 1024." },
            {
                "plot {run} --kind pie",
                "--kind: 'pie' is not one of latent, manifold, reconstruction, curves, clusters, assignments, "
                    + "latent-clusters, style-clusters. See 'elbo plot --help'."
            },
            {
                "plot {run} --output x.gif",
                "output is 'x.gif'; the file name's ending must be one of .png, .pdf, .svg, .html."
            },
            {
                "plot {run} --output taken.png",
                "taken.png exists; give another --output, or --overwrite to replace it."
            },
            { "plot {run} --kind manifold --range 0", "manifold-range is 0; it must be a positive number." },
            {
                "reconstruct {run} --rows 0",
                "a grid of 0 rows and 10 columns was asked for; each must be from 1 to 1000."
            },
            {
                "reconstruct {run} --rows 1000 --columns 1000",
                "a grid of 1000 rows and 1000 columns was asked for; it can have 10000 images at most."
            },
            {
                "reconstruct {run} --output taken.png",
                "taken.png exists; give another --output, or --overwrite to replace it."
            },
            {
                "denoise {run} --noise snow",
                "--noise: 'snow' is not one of none, gaussian, dropout, salt-pepper. See 'elbo denoise --help'."
            },
            { "denoise {run} --noise-factor -1", "noise-factor is -1; it must be 0 or more." },
            { "generate {run} --count 0", "count is 0; it must be 1 or more." },
            {
                "generate {run} --count 5 --columns 0",
                "a grid of 1 rows and 0 columns was asked for; each must be from 1 to 1000."
            },
            {
                "generate {run} --count 2147483647 --columns 1000",
                "a grid of 2147484 rows and 1000 columns was asked for; each must be from 1 to 1000."
            },
            {
                "generate {run} --mode cluster",
                "--mode: 'cluster' is not one of random, uniform. See 'elbo generate --help'."
            },
            {
                "generate {run} --mode uniform --axes 1,3",
                "axes are 1,3; they must be one or two different latent dimensions from 1 to 2."
            },
            {
                "generate {run} --mode uniform --axes 2,2",
                "axes are 2,2; they must be one or two different latent dimensions from 1 to 2."
            },
            {
                "generate {run} --mode uniform --axes 0",
                "axes are 0; they must be one or two different latent dimensions from 1 to 2."
            },
            { "generate {run} --mode uniform --range -1", "manifold-range is -1; it must be a positive number." },
            {
                "generate {run} --axes first",
                "--axes: 'first' is not a whole number; give them with commas, as in 1,2."
            },
            { "bench --case nothing", "there is no case 'nothing'; there are mlp-elu-tanh-500-z2-b128, " },
            { "bench --seconds 0", "seconds is 0; it must be above 0 and below 3600." },
        };
}
